"""Resident ID cards over a SAM-V reader (GA 450 / GA 467), serial or USB-serial. Source: facts page on cards."""
