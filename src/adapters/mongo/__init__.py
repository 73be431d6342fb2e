"""The distributed stores: MongoDB collections, written without sessions or transactions."""
