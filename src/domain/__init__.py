"""The film diary's rules and figures, free of any infrastructure."""
