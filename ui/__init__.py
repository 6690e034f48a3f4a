"""The screen: view-models in Python, pages and components in QML. The only room that imports Qt."""
