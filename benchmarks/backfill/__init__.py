"""Backfill: drain one topic into MongoDB, side by side with peers and with a floor."""
