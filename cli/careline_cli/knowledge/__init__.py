"""The guide as it is published and searched, for `careline knowledge`."""
