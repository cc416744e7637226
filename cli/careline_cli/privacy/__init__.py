"""What is held about a customer: told, exported, erased; and what people think of a sample of answers."""
