"""
Is this process alive, is this app ready? Answered before any middleware can object.
"""
