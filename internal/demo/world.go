package demo

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// Place is somewhere on the map where people work.
type Place struct {
	Name    string
	Kind    string    // the tag that says what it is: "amenity=school"
	Address string    // house number and street, or the nearest street
	City    string    // "" when the map does not say
	Point   orb.Point // longitude, latitude
}

// World is the demo region and those who may sign in to it.
type World struct {
	Setup dispatch.Setup
	// Accounts have no password hash yet: hashing is slow on purpose and is the
	// caller's to do. Accounts[i] and SignIns[i] are the same person or machine.
	// Tickets of Setup are owned by accounts, and technicians' accounts name a
	// technician of Setup; the accounts of agents come first and need nothing.
	Accounts []access.Account
	SignIns  []SignIn
}

// SignIn is what somebody types to sign in, in clear text. It belongs in a file
// that only its owner can read.
type SignIn struct {
	Login    string
	Password string
	Role     access.Role
	Name     string
}

// ShiftDays is for how many working days the crew has shifts.
const ShiftDays = 15

// Build makes the demo region. The same seed, places, day and present instant
// give the same world, ids included; only the passwords are what secret gives.
// Day is the first working day; now is the present instant of the domain's
// clock, and nothing in the world happened after it. Codes: "demo_day" when the
// crew would not work on that day, "demo_map_small" when the map has too few
// usable places.
func Build(seed uint64, places []Place, day dispatch.Date, now time.Time, secret func() string) (World, error) {
	if _, err := dispatch.ParseDate(string(day)); err != nil {
		return World{}, err
	}
	if !day.Working() {
		return World{}, fault.New(fault.Invalid, "demo_day", "%s is a %s; give a day from Monday to Friday", day, day.Weekday())
	}
	a, err := choose(seed, places)
	if err != nil {
		return World{}, err
	}
	loc, err := a.region.Location()
	if err != nil {
		return World{}, err
	}
	b := &builder{seed: seed, space: ids.From(ids.Nil, fmt.Sprintf("roundsman demo %d", seed)), day: day, loc: loc, now: now.UTC().Truncate(time.Microsecond)}
	b.region(a)
	b.crew(a)
	b.people()
	b.hardware()
	b.templates()
	b.tickets()
	b.accounts(secret)
	b.desk()
	return b.world, nil
}

// builder fills a world part by part; later parts read what earlier ones made.
type builder struct {
	seed  uint64
	space ids.ID
	day   dispatch.Date
	loc   *time.Location
	now   time.Time
	world World

	kinds     []kind          // of the sites, in their order
	affected  map[ids.ID]bool // people whose machine the virus can get into
	models    map[string]ids.ID
	machineOf map[ids.ID]ids.ID // the machine a person works with
}

// id names a thing by what it is and which one.
func (b *builder) id(noun string, n any) ids.ID {
	return ids.From(b.space, fmt.Sprintf("%s/%v", noun, n))
}

// chance gives the randomness of one part, so that a change in one part leaves
// the others as they were.
func (b *builder) chance(part string) *rand.Rand { return chanceOf(b.seed, part) }

func chanceOf(seed uint64, part string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(part))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func shuffle[T any](r *rand.Rand, list []T) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}
