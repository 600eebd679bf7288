package roads

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"

	"roundsman/internal/fault"

	"google.golang.org/protobuf/encoding/protowire"
)

// Limits of the format itself.
const (
	maxFrameHeader = 64 << 10
	maxFrameBody   = 32 << 20
)

// openMap opens an extract and checks its frames, see checkFrames. The caller
// closes the file. Faults: map_missing, map_unreadable.
func openMap(path string) (*os.File, fs.FileInfo, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fault.New(fault.NotFound, "map_missing", "there is no map at %s; name an OpenStreetMap extract (.osm.pbf), for example one from download.geofabrik.de", path).Because(err)
	}
	if err != nil {
		return nil, nil, unreadable(path, "it can't be opened", err)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		f.Close()
		return nil, nil, unreadable(path, "it is a directory", nil)
	}
	if err == nil {
		err = checkFrames(f, info.Size())
	}
	if err != nil {
		f.Close()
		var fe *fault.Error
		if errors.As(err, &fe) {
			return nil, nil, err
		}
		return nil, nil, unreadable(path, err.Error(), err)
	}
	return f, info, nil
}

func unreadable(path, why string, cause error) error {
	return fault.New(fault.Invalid, "map_unreadable", "%s can't be read as a map: %s; give a whole OpenStreetMap extract (.osm.pbf), downloaded again if need be", path, why).Because(cause)
}

// checkFrames walks over the file from frame to frame without unpacking any and
// says why it is no whole extract, before any work is put into it.
func checkFrames(f io.ReaderAt, size int64) error {
	if size == 0 {
		return errors.New("it is empty")
	}
	var head [4]byte
	buf := make([]byte, 0, 256)
	for at, n := int64(0), 0; at < size; n++ {
		if size-at < 4 {
			return cutShort(n)
		}
		if _, err := f.ReadAt(head[:], at); err != nil {
			return err
		}
		length := int64(binary.BigEndian.Uint32(head[:]))
		if length == 0 || length >= maxFrameHeader {
			if n == 0 {
				return errors.New("it is not in the .osm.pbf format")
			}
			return errors.New("it is damaged")
		}
		if size-at < 4+length {
			if n == 0 {
				return errors.New("it is not in the .osm.pbf format")
			}
			return cutShort(n)
		}
		if int64(cap(buf)) < length {
			buf = make([]byte, length)
		}
		buf = buf[:length]
		if _, err := f.ReadAt(buf, at+4); err != nil {
			return err
		}
		kind, body, ok := frameHeader(buf)
		switch {
		case n == 0 && (!ok || kind != "OSMHeader"):
			return errors.New("it is not in the .osm.pbf format")
		case !ok || body < 0 || body >= maxFrameBody:
			return errors.New("it is damaged")
		case size-at-4-length < body:
			return cutShort(n)
		}
		at += 4 + length + body
	}
	return nil
}

func cutShort(frames int) error {
	if frames < 2 {
		return errors.New("it is cut short near its start")
	}
	return errors.New("it is cut short")
}

// frameHeader reads a BlobHeader: its type and the size of the body behind it.
func frameHeader(b []byte) (kind string, body int64, ok bool) {
	body = -1
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return "", 0, false
		}
		b = b[n:]
		switch {
		case num == 1 && typ == protowire.BytesType:
			v, n := protowire.ConsumeBytes(b)
			if n < 0 {
				return "", 0, false
			}
			kind, b = string(v), b[n:]
		case num == 3 && typ == protowire.VarintType:
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return "", 0, false
			}
			body, b = int64(int32(v)), b[n:]
		default:
			n := protowire.ConsumeFieldValue(num, typ, b)
			if n < 0 {
				return "", 0, false
			}
			b = b[n:]
		}
	}
	return kind, body, kind != "" && body >= 0
}
