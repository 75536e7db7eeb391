"""What was recorded of calls, Postman collections and HAR files: without the secrets in them."""
