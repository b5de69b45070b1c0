"""What can be done with values, and with what they hold."""
