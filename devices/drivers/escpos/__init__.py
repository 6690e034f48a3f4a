"""Receipt printers that speak ESC/POS. Source: facts page on printing."""
