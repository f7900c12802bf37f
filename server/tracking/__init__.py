"""What own pages are tracked with: the script, its cookies, what a browser tells of itself."""
