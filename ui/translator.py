"""The QML files' own words in the screen's language, from the same tables as all others."""

from PySide6.QtCore import QCoreApplication, QObject, QTranslator
from PySide6.QtQml import QQmlApplicationEngine

from kiosk.saying import CHINESE, Saying
from ui.model import ScreenModel


class Translator(QTranslator):
    def __init__(self, language: str, parent: QObject) -> None:
        super().__init__(parent)
        self._say = Saying(language)

    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1  # noqa: N803
    ) -> str:  # fmt: skip
        """What no table has stays Chinese."""
        del context, disambiguation, n
        return self._say(sourceText)


class Follower(QObject):
    """Keeps the words of an engine in the language of its model, as long as the engine lives."""

    def __init__(self, engine: QQmlApplicationEngine, model: ScreenModel) -> None:
        super().__init__(engine)
        self._model = model
        self._installed: Translator | None = None
        model.languageChanged.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        language = str(self._model.property("language"))
        if self._installed is not None:
            QCoreApplication.removeTranslator(self._installed)
            self._installed.deleteLater()
            self._installed = None
        if language != CHINESE:
            self._installed = Translator(language, self)
            QCoreApplication.installTranslator(self._installed)
        engine = self.parent()
        assert isinstance(engine, QQmlApplicationEngine)
        engine.retranslate()
