package roads

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"roundsman/routing"
)

// ready holds the hierarchy of a mode with the room to search it. The car's is
// there from the start. The others are made when somebody first travels that
// way, and then kept beside the cache: most regions only drive, and a first
// start has no time for what nobody may ever ask.
type ready struct {
	begin sync.Once
	done  chan struct{} // closed when pools is there
	pools atomic.Pointer[pools]
	err   error
}

// set ends the wait; h is the hierarchy unless there is an error.
func (r *ready) set(g *graph, h *hierarchy, err error) {
	if r.err = err; err == nil {
		r.pools.Store(newPools(g, h))
	}
	close(r.done)
}

// pools gives the room to search a mode's network. Who comes first has the
// hierarchy made, and everybody waits for it as long as their context lasts;
// the work goes on without them, so that the next ones find it. The error is
// the context's own, since nothing else ends the work.
func (n *Network) pools(ctx context.Context, mode routing.Mode) (*pools, error) {
	r := n.ready[mode]
	if p := r.pools.Load(); p != nil {
		return p, nil
	}
	r.begin.Do(func() {
		go func() {
			h, err := n.hierarchy(mode)
			r.set(n.graphs[mode], h, err) // which that has taken
		}()
	})
	select {
	case <-r.done:
		return r.pools.Load(), r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hierarchy reads a mode's hierarchy where it is kept, else makes and keeps it.
func (n *Network) hierarchy(mode routing.Mode) (*hierarchy, error) {
	g, err := n.graph(mode)
	if err != nil {
		return nil, err
	}
	if n.kept != nil {
		if h, err := n.kept.read(mode, g); err == nil {
			return h, nil
		}
	}
	h, err := contract(context.Background(), g, profiles[mode].turns != turnCosts{}, func(int, int) {})
	if err == nil && n.kept != nil {
		// What can't be kept is made again after the next start.
		_ = n.kept.write(mode, h)
	}
	return h, err
}

// kept is the cache that a network is in: beside it stand those of its
// hierarchies that were made later, a file a mode.
type kept struct {
	path string
	of   stamp
	sum  uint32 // of all that the cache holds; a hierarchy is that of this one alone
}

// open gives what is kept beside the cache.
func (k *kept) open(what string) (r *flatReader, letGo func(), err error) {
	f, err := openFlat(k.beside(what), k.of)
	if err != nil {
		return nil, nil, err
	}
	if r, err = f.section(0, false); err != nil {
		f.letGo()
		return nil, nil, err
	}
	return r, f.letGo, nil
}

func (k *kept) beside(what string) string {
	return strings.TrimSuffix(k.path, cacheSuffix) + "." + what + cacheSuffix
}

func (k *kept) write(mode routing.Mode, h *hierarchy) error {
	_, err := writeFlat(k.beside(mode.String()), k.of, func(w *flatWriter) {
		put(w, []uint32{k.sum, uint32(mode)})
		h.put(w)
		w.end()
	})
	return err
}

func (k *kept) read(mode routing.Mode, g *graph) (*hierarchy, error) {
	r, letGo, err := k.open(mode.String())
	if err != nil {
		return nil, err
	}
	of := take[uint32](r)
	h := takeHierarchy(r)
	if r.err != nil || len(of) != 2 || of[0] != k.sum || of[1] != uint32(mode) || !h.sound(g) {
		letGo()
		return nil, errStale
	}
	return h, nil
}

// orderFile is where the order of a network's edges is kept; see dissect.
const orderFile = "order"

// mesh makes the mesh of the cars' network, in the order that is kept; else that
// is found and kept.
func (n *Network) mesh() (*mesh, error) {
	g := n.graphs[routing.Car]
	order, err := n.kept.readOrder(g)
	if err != nil {
		if order, err = dissect(context.Background(), g); err != nil {
			return nil, err
		}
		// What can't be kept is found again after the next start.
		_ = n.kept.writeOrder(order)
	}
	return weave(context.Background(), g, order)
}

func (k *kept) writeOrder(order []uint32) error {
	if k == nil {
		return nil
	}
	_, err := writeFlat(k.beside(orderFile), k.of, func(w *flatWriter) {
		put(w, []uint32{k.sum})
		put(w, order)
		w.end()
	})
	return err
}

func (k *kept) readOrder(g *graph) ([]uint32, error) {
	if k == nil {
		return nil, errStale
	}
	r, letGo, err := k.open(orderFile)
	if err != nil {
		return nil, err
	}
	of, order := take[uint32](r), take[uint32](r)
	if r.err != nil || len(of) != 1 || of[0] != k.sum || !ordered(g, order) {
		letGo()
		return nil, errStale
	}
	return order, nil
}

// ordered says whether an order has every edge that is open, once.
func ordered(g *graph, order []uint32) bool {
	seen := make([]bool, g.edges())
	for _, e := range order {
		if int(e) >= len(seen) || seen[e] {
			return false
		}
		seen[e] = true
	}
	for e, there := range seen {
		if !there && (g.open(uint32(2*e)) || g.open(uint32(2*e+1))) {
			return false
		}
	}
	return true
}
