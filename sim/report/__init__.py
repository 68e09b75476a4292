"""What people read and look at: the printed result and the plots."""
