"""Put entries right: by hand, from a catalogue, one or many; each of it can be undone."""
