"""The demonstration's own outlets: short reports in our own words on real disputes, served on loopback."""
