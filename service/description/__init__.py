"""How the operations are described in OpenAPI, besides their schemas."""
