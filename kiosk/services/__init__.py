"""Services as data: definitions, regions, expressions, and the way through a service to an outcome."""
