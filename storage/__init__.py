"""What is kept. The only importer of SQLAlchemy."""
