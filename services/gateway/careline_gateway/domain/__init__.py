"""What the gateway decides: pure values, no await, no clock, no broker."""
