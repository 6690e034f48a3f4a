"""The application without Qt: configuration, session, services, command line."""
