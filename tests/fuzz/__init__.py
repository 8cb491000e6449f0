"""Random texts against everything that touches what people type; ``make fuzz`` for nine minutes."""
