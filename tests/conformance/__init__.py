"""What every resource keeps, tested over all of them."""
