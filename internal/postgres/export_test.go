package postgres

// What tests outside the package need of its inside.
var (
	MigrateFrom = migrate
	CheckMajor  = checkMajor
)
