package postgres

import (
	"fmt"

	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// idCodec carries ids as their 16 bytes. Without it they go through
// database/sql's interfaces as text, which is most of the work of reading a day.
type idCodec struct{ pgtype.UUIDCodec }

// PlanEncode knows ids.
func (c idCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(ids.ID); ok && format == pgtype.BinaryFormatCode {
		return encodeID{}
	}
	return c.UUIDCodec.PlanEncode(m, oid, format, value)
}

// PlanScan knows ids.
func (c idCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*ids.ID); ok && format == pgtype.BinaryFormatCode {
		return scanID{}
	}
	return c.UUIDCodec.PlanScan(m, oid, format, target)
}

type encodeID struct{}

func (encodeID) Encode(value any, buf []byte) ([]byte, error) {
	id := value.(ids.ID)
	return append(buf, id[:]...), nil
}

type scanID struct{}

func (scanID) Scan(src []byte, target any) error {
	if src == nil {
		return fmt.Errorf("an id is null where none may be")
	}
	if len(src) != len(ids.ID{}) {
		return fmt.Errorf("an id has %d bytes", len(src))
	}
	copy(target.(*ids.ID)[:], src)
	return nil
}

// carryIDs makes a connection use idCodec.
func carryIDs(conn *pgx.Conn) {
	types := conn.TypeMap()
	id := &pgtype.Type{Name: "uuid", OID: pgtype.UUIDOID, Codec: idCodec{}}
	types.RegisterType(id)
	types.RegisterType(&pgtype.Type{Name: "_uuid", OID: pgtype.UUIDArrayOID, Codec: &pgtype.ArrayCodec{ElementType: id}})
}
