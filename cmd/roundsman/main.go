package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"roundsman/internal/fault"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Serve   serveCmd   `cmd:"" help:"Serve the API and do the work behind it."`
	Migrate migrateCmd `cmd:"" help:"Bring a database to this version's schema."`
	Admin   adminCmd   `cmd:"" help:"Look after accounts."`
	Import  importCmd  `cmd:"" help:"Send a table to a running server and see what became of its rows."`
	Export  exportCmd  `cmd:"" help:"Fetch a table from a running server."`
	Roads   roadsCmd   `cmd:"" help:"Ask the road network of a map."`
	Solve   solveCmd   `cmd:"" help:"Plan an instance from a file, or judge a plan."`
	Story   storyCmd   `cmd:"" help:"Play the morning of the virus against a running demo."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run parses and executes a command line until ctx ends, and gives the exit
// status: 0 when all went well, 1 when it failed, 2 when the command line is
// wrong. A command may give a status of its own.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("roundsman"),
		kong.Description("Field-support dispatch: rounds, promises, options and hardware behind one REST API. Map data © OpenStreetMap contributors."),
		kong.UsageOnError(), kong.Writers(stdout, stderr), kong.Vars{"version": "dev"})
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "roundsman: %v\n", err)
		return 2
	}
	k.BindTo(ctx, (*context.Context)(nil))
	k.Bind(output{stdout, stderr})
	if err := k.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(stderr, "roundsman: %s\n", explain(err))
		if own := (*exit)(nil); errors.As(err, &own) {
			return own.status
		}
		return 1
	}
	return 0
}

// exit is an error with an exit status of its own.
type exit struct {
	error
	status int
}

// Unwrap gives what went wrong.
func (e *exit) Unwrap() error { return e.error }

// output is where a command writes.
type output struct{ out, err io.Writer }

// explain says what went wrong and what to do; the cause follows for the curious.
func explain(err error) string {
	f := fault.Of(err)
	if f == nil {
		return err.Error()
	}
	s := f.Message
	for _, x := range f.Fields {
		s += fmt.Sprintf("\n  %s: %s", x.Pointer, x.Message)
	}
	if f.Err != nil {
		s += fmt.Sprintf("\n  (%v)", f.Err)
	}
	return s
}
