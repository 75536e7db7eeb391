"""How two specifications differ: `compare.compare` finds out, `report` puts it into words."""
