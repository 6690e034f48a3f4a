"""What a session can do beside applying: each part is a small state machine, laid over the session's page."""
