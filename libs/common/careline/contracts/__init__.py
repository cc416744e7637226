"""Wire contracts: frozen, versioned models of everything that travels between services."""
