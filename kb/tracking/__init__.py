"""From claims to incidents: which claims tell of one dispute, and how that dispute stands."""
