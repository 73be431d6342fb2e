"""Films, as a catalogue knows them."""
