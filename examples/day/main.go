package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"roundsman/api/client"

	"github.com/google/uuid"
)

func main() {
	home, _ := os.UserHomeDir()
	server := flag.String("server", "http://127.0.0.1:8080", "where the server listens")
	file := flag.String("sign-ins", filepath.Join(home, ".local/share/roundsman/demo/sign-ins.json"), "the demo's sign-ins")
	flag.Parse()
	if err := run(context.Background(), *server, *file, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "day:", err)
		os.Exit(1)
	}
}

// user is somebody who is signed in.
type user struct{ *client.ClientWithResponses }

// signIn needs the first sign-in that fits.
func signIn(ctx context.Context, server, file string, fits func(login, role string) bool) (*user, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []struct{ Login, Password, Role string }
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	for _, s := range list {
		if !fits(s.Login, s.Role) {
			continue
		}
		token := ""
		c, err := client.NewClientWithResponses(server, client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			return nil
		}))
		if err != nil {
			return nil, err
		}
		got, err := c.SignInWithResponse(ctx, client.SignIn{Login: s.Login, Password: s.Password})
		if err != nil {
			return nil, err
		}
		if got.JSON201 == nil {
			return nil, refused("signing in", got.Body)
		}
		token = got.JSON201.AccessToken
		return &user{c}, nil
	}
	return nil, errors.New("no such sign-in in " + file)
}

// refused makes an error of a problem document.
func refused(doing string, body []byte) error {
	var p client.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("%s: %s", doing, body)
	}
	return fmt.Errorf("%s: %s (%s)", doing, p.Code, p.Detail)
}

// once is a new Idempotency-Key: the request may be sent again with it.
func once() *string {
	key := uuid.NewString()
	return &key
}

// run works through the day, each user's part in a function of its own.
func run(ctx context.Context, server, file string, out io.Writer) error {
	for _, part := range []struct {
		who  string
		fits func(login, role string) bool
		work func(context.Context, *user, io.Writer) error
	}{
		{"agent", func(login, _ string) bool { return login == "anna" }, desk},
		{"dispatcher", func(login, _ string) bool { return login == "dora" }, dispatch},
		{"technician", func(_, role string) bool { return role == "technician" }, field},
	} {
		u, err := signIn(ctx, server, file, part.fits)
		if err == nil {
			fmt.Fprintf(out, "%s:\n", part.who)
			err = part.work(ctx, u, out)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part.who, err)
		}
	}
	return nil
}

// desk finds a caller, registers what is wrong, and promises the first window
// that is offered.
func desk(ctx context.Context, u *user, out io.Writer) error {
	open, err := u.ListTicketsWithResponse(ctx, nil)
	if err != nil {
		return err
	}
	if open.JSON200 == nil || len(open.JSON200.Items) == 0 {
		return refused("listing tickets", open.Body)
	}
	caller := open.JSON200.Items[0].PersonID
	card, err := u.GetCardWithResponse(ctx, caller)
	if err != nil {
		return err
	}
	if card.JSON200 == nil {
		return refused("reading the card", card.Body)
	}
	contact, err := u.StartContactWithResponse(ctx, &client.StartContactParams{IdempotencyKey: once()},
		client.NewContact{PersonID: &caller, Channel: "phone", Direction: "in", Reason: "new"})
	if err != nil {
		return err
	}
	if contact.JSON201 == nil {
		return refused("taking the call", contact.Body)
	}
	id := contact.JSON201.Contact.ID
	fmt.Fprintf(out, "  a call from %s\n", card.JSON200.Person.Name)
	templates, err := u.ListTemplatesWithResponse(ctx, nil)
	if err != nil {
		return err
	}
	if templates.JSON200 == nil {
		return refused("listing templates", templates.Body)
	}
	what, said := "Screen stays dark", "since this morning"
	for _, t := range templates.JSON200.Items {
		if !t.OnSite {
			continue
		}
		ticket, err := u.OpenTicketWithResponse(ctx, &client.OpenTicketParams{IdempotencyKey: once()},
			client.NewTicket{PersonID: caller, ContactID: &id, Template: t.Code, Summary: &what, KeyField: &said})
		if err != nil {
			return err
		}
		if ticket.JSON201 == nil {
			return refused("registering", ticket.Body)
		}
		quote, err := u.MakeQuoteWithResponse(ctx, &client.MakeQuoteParams{IdempotencyKey: once()}, client.NewQuote{TicketID: ticket.JSON201.Ticket.ID})
		if err != nil {
			return err
		}
		if quote.JSON201 == nil {
			return refused("quoting", quote.Body)
		}
		fmt.Fprintf(out, "  %s registered as %s, %d windows offered\n", t.Name, ticket.JSON201.Ticket.Number, len(quote.JSON201.Offers))
		if len(quote.JSON201.Offers) == 0 {
			break
		}
		promise, err := u.MakePromiseWithResponse(ctx, &client.MakePromiseParams{IdempotencyKey: once()},
			client.NewPromise{OutcomeID: quote.JSON201.Offers[0].OutcomeID, ContactID: &id})
		if err != nil {
			return err
		}
		if promise.JSON201 == nil {
			return refused("promising", promise.Body)
		}
		fmt.Fprintf(out, "  promised: %s\n", promise.JSON201.Wording)
		break
	}
	end, err := u.EndContactWithResponse(ctx, id, &client.EndContactParams{IdempotencyKey: once()}, client.ContactEnd{Outcome: "promised"})
	if err == nil && end.StatusCode() >= 300 {
		err = refused("hanging up", end.Body)
	}
	return err
}

// dispatch reads today's board of the first region.
func dispatch(ctx context.Context, u *user, out io.Writer) error {
	regions, err := u.ListRegionsWithResponse(ctx, nil)
	if err != nil {
		return err
	}
	if regions.JSON200 == nil || len(regions.JSON200.Items) == 0 {
		return refused("listing regions", regions.Body)
	}
	board, err := u.GetBoardWithResponse(ctx, regions.JSON200.Items[0].ID, nil)
	if err != nil {
		return err
	}
	if board.JSON200 == nil {
		return refused("reading the board", board.Body)
	}
	fmt.Fprintf(out, "  the board of %s: %d rounds, %d visits wait\n", board.JSON200.Date, len(board.JSON200.Rounds), len(board.JSON200.Waiting))
	return nil
}

// field serves the next visit of the technician's round.
func field(ctx context.Context, u *user, out io.Writer) error {
	round, err := u.GetOwnRoundWithResponse(ctx, nil)
	if err != nil {
		return err
	}
	if round.JSON200 == nil {
		return refused("reading the round", round.Body)
	}
	for _, stop := range round.JSON200.Round.Stops {
		if stop.Visit.State != "scheduled" {
			continue
		}
		visit := stop.Visit.ID
		left, err := u.LeaveForVisitWithResponse(ctx, visit, &client.LeaveForVisitParams{IdempotencyKey: once()}, client.Fact{})
		if err != nil {
			return err
		}
		if left.JSON200 == nil {
			return refused("leaving", left.Body)
		}
		arrived, err := u.ArriveAtVisitWithResponse(ctx, visit, &client.ArriveAtVisitParams{IdempotencyKey: once()}, client.Fact{})
		if err != nil {
			return err
		}
		if arrived.JSON200 == nil {
			return refused("arriving", arrived.Body)
		}
		done, err := u.CompleteVisitWithResponse(ctx, visit, &client.CompleteVisitParams{IdempotencyKey: once()}, client.Fact{})
		if err != nil {
			return err
		}
		if done.JSON200 == nil {
			return refused("finishing", done.Body)
		}
		fmt.Fprintf(out, "  with %s, %s: %s, now %s\n", stop.PersonName, stop.SiteName, stop.Summary, done.JSON200.Visit.State)
		return nil
	}
	fmt.Fprintln(out, "  nothing is left in the round")
	return nil
}
