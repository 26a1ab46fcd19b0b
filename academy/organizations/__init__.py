"""The tree of units (city > district > subdistrict > community, and the college) and who belonged where, when."""
