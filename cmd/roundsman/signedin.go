package main

import (
	"os"
	"path/filepath"

	"roundsman/internal/fault"
	"roundsman/internal/story"
)

// serverFlags say which running server a command talks to, and where the sign-ins
// of a demo are.
type serverFlags struct {
	Server  string `help:"Where the server runs." env:"ROUNDSMAN_SERVER" default:"http://127.0.0.1:8080"`
	DataDir string `help:"A demo's data directory, where its sign-ins are." env:"ROUNDSMAN_DATA_DIR" placeholder:"DIR"`
	SignIns string `help:"File with a demo's sign-ins; that of the data directory when left out." env:"ROUNDSMAN_SIGN_INS" placeholder:"FILE" type:"path"`
}

func (f serverFlags) signIns() (list []story.SignIn, file string, err error) {
	if file = f.SignIns; file == "" {
		dir, err := databaseFlags{DataDir: f.DataDir}.dir(true)
		if err != nil {
			return nil, "", err
		}
		file = filepath.Join(dir, signInFile)
	}
	list, err = readSignIns(file)
	return list, file, err
}

// signInFlags say as whom a command signs in.
type signInFlags struct {
	serverFlags
	Login string `help:"Who signs in, with the password of ROUNDSMAN_PASSWORD. Without that variable: who of the demo's sign-ins; its administrator when left out." env:"ROUNDSMAN_LOGIN" placeholder:"NAME"`
}

// credentials finds login and password. Codes: "flag_wrong", "sign_ins_missing".
func (f signInFlags) credentials() (login, password string, err error) {
	if password = os.Getenv("ROUNDSMAN_PASSWORD"); password != "" {
		if f.Login == "" {
			return "", "", fault.New(fault.Invalid, "flag_wrong", "ROUNDSMAN_PASSWORD is set; say whose it is with --login")
		}
		return f.Login, password, nil
	}
	list, file, err := f.signIns()
	if err != nil {
		return "", "", err
	}
	for _, s := range list {
		if s.Login == f.Login || f.Login == "" && s.Role == "admin" {
			return s.Login, s.Password, nil
		}
	}
	return "", "", fault.New(fault.Invalid, "flag_wrong", "there is no sign-in of %q in %s; set ROUNDSMAN_PASSWORD for an account of your own", f.Login, file)
}
