"""The transformer behind the roles: code and the shipped checkpoint."""
