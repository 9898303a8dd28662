"""Collects what outlets publish: feeds and pages are captured, and each captured page becomes a report."""
