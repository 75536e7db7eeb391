"""OpenAPI 3 and Swagger 2.0, and the JSON Schema that they and others describe data with."""
