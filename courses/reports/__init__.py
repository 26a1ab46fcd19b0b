"""Reports: a file each, found by the registry."""
