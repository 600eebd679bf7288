package main

import (
	"context"
	"fmt"
	"os"

	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/postgres"
)

// adminCmd is roundsman admin.
type adminCmd struct {
	Create adminCreateCmd `cmd:"" help:"Make an administrator. The password is read from ROUNDSMAN_PASSWORD or made up and printed once."`
}

// adminCreateCmd is roundsman admin create.
type adminCreateCmd struct {
	databaseFlags
	Login string `arg:"" help:"What the administrator signs in with."`
	Name  string `help:"Name shown to others." default:""`
}

// Run makes the account.
func (c *adminCreateCmd) Run(ctx context.Context, o output) error {
	log := newLog(o)
	dir, err := c.dir(false)
	if err != nil {
		return err
	}
	db, err := c.open(ctx, dir, log)
	if fault.Is(err, "data_dir_in_use") {
		return fault.New(fault.Conflict, "data_dir_in_use", "a server is running on %s: stop it first, or use POST /v1/accounts as an administrator", dir)
	}
	if err != nil {
		return err
	}
	defer db.close(log)
	password, made := os.Getenv("ROUNDSMAN_PASSWORD"), false
	if password == "" {
		password, made = newSecret(), true
	}
	service, err := access.NewService(postgres.NewStore(db.pool), clock.System{}, access.Options{})
	if err != nil {
		return err
	}
	name := c.Name
	if name == "" {
		name = c.Login
	}
	a, err := service.Create(ctx, access.NewAccount{Login: c.Login, Name: name, Roles: []access.Role{access.Admin}, Password: password})
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "administrator %s can sign in now\n", a.Login)
	if made {
		fmt.Fprintf(o.out, "password (shown once): %s\n", password)
	}
	return nil
}
