package roads

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"

	"roundsman/internal/fault"
)

// Build imports a map and keeps its network in one file, from which Open has it
// back in a moment and without the map. It is written beside its place and
// moved there when it is whole. progress as for Load, and the faults too.
func Build(ctx context.Context, mapPath, out string, progress func(Progress)) (*Network, error) {
	of, err := stampOfMap(mapPath)
	if err != nil {
		return nil, err
	}
	return makeNetwork(ctx, mapPath, out, of, progress)
}

// IsBuilt says whether a file is a network that Build wrote, this version's or
// not, rather than a map.
func IsBuilt(path string) bool {
	_, err := builtOf(path)
	return err == nil
}

// Open gives the network that Build wrote. Faults: network_missing,
// network_unreadable.
func Open(path string) (*Network, error) {
	of, err := builtOf(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "network_missing", "there is no road network at %s; build one from an extract: roundsman roads build FILE.osm.pbf -o %s", path, path).Because(err)
	}
	var n *Network
	if err == nil {
		n, err = readCache(path, of, nil)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "network_unreadable", "%s is no road network that this version and machine can read; build it again from its extract: roundsman roads build FILE.osm.pbf -o %s", path, path).Because(err)
	}
	return n, nil
}

// builtOf reads of which state of which map a network is.
func builtOf(path string) (stamp, error) {
	f, err := os.Open(path)
	if err != nil {
		return stamp{}, err
	}
	defer f.Close()
	var b [headerSize]byte
	if _, err := io.ReadFull(f, b[:]); err != nil {
		return stamp{}, err
	}
	if string(b[:8]) != cacheMagic {
		return stamp{}, errStale
	}
	e := binary.NativeEndian
	return stamp{int64(e.Uint64(b[16:])), int64(e.Uint64(b[24:])), e.Uint64(b[32:])}, nil
}
