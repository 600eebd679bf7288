package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"roundsman/internal/access"
	"roundsman/internal/demo"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"
)

// signInFile lies in the data directory, readable by its owner alone.
const signInFile = "sign-ins.json"

// keepSignIns looks whether a database that is not empty is a demo's at all, and
// makes new passwords when the file with them is gone. Only the owner of the
// database does that: somebody else's may be another server's demo too, whose
// file has the passwords.
//
// Code: "not_the_demos" where a real installation lives.
func keepSignIns(ctx context.Context, store *postgres.Store, ours bool, file string) error {
	all, err := store.ListAccounts(ctx)
	if err != nil {
		return err
	}
	demos := slices.DeleteFunc(all, func(a access.Account) bool { return !a.Demo })
	if len(demos) == 0 {
		return fault.New(fault.Conflict, "not_the_demos", "this database is not empty and holds no demo: start without --demo, or name another database or data directory")
	}
	if _, err := os.Stat(file); !ours || !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var list []demo.SignIn
	hashes := map[ids.ID]string{}
	for _, a := range demos {
		x := demo.SignIn{Login: a.Login, Password: newSecret(), Role: a.Roles[0], Name: a.Name}
		list = append(list, x)
		if hashes[a.ID], err = access.HashPassword(x.Password); err != nil {
			return err
		}
	}
	return writeSignIns(file, list, func() error { return store.SetPasswords(ctx, hashes) })
}

// writeSignIns keeps the demo's passwords in a file that only its owner reads.
// The file appears once they hold: one that is there can be signed in with.
func writeSignIns(file string, list []demo.SignIn, hold func() error) error {
	type row struct {
		Login    string      `json:"login"`
		Password string      `json:"password"`
		Role     access.Role `json:"role"`
		Name     string      `json:"name"`
	}
	rows := make([]row, len(list))
	for i, s := range list {
		rows[i] = row(s)
	}
	data, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the sign-ins: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), signInFile+".*") // of mode 0600
	if err != nil {
		return fmt.Errorf("writing the sign-ins: %w", err)
	}
	defer os.Remove(temporary.Name()) // nothing once it has its name
	_, err = temporary.Write(append(data, '\n'))
	if err := errors.Join(err, temporary.Close()); err != nil {
		return fmt.Errorf("writing the sign-ins: %w", err)
	}
	if err := hold(); err != nil {
		return err
	}
	if err := os.Rename(temporary.Name(), file); err != nil {
		return fmt.Errorf("writing the sign-ins: %w", err)
	}
	return nil
}
