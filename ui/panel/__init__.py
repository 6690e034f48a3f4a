"""The small window beside the demo's screen: cards to lay down, faults, the last paper, a clerk's button."""
