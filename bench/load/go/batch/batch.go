// Package batch is the request and the answer as Go's struct tags say them, and what makes a request valid; how JSON is read and written is
// the caller's.
package batch

import (
	"encoding/json"
	"time"
	"unicode/utf8"
)

const (
	eventsMax         = 10_000
	eventTypeBytesMax = 256
	// BodyBytesMax is the most that a server reads.
	BodyBytesMax = 2 << 20
)

type event struct {
	EventType *string         `json:"event_type"`
	Timestamp *int64          `json:"timestamp"`
	Payload   json.RawMessage `json:"payload"`
}

type metadata struct {
	Source  *string `json:"source"`
	TraceID *string `json:"trace_id"`
}

type request struct {
	UserID   *uint64   `json:"user_id"`
	Events   *[]event  `json:"events"`
	Metadata *metadata `json:"metadata"`
}

type processed struct {
	EventType           string `json:"event_type"`
	NormalizedTimestamp int64  `json:"normalized_timestamp"`
	Hash                string `json:"hash"`
}

type answer struct {
	UserID          uint64      `json:"user_id"`
	ProcessedEvents []processed `json:"processed_events"`
	TotalDurationMs int64       `json:"total_duration_ms"`
	TraceID         *string     `json:"trace_id"`
}

// Codec is a JSON library: IsMismatch says whether an error is of a type, not of the grammar.
type Codec struct {
	Unmarshal  func([]byte, any) error
	Marshal    func(any) ([]byte, error)
	IsMismatch func(error) bool
}

// Prefix8 is the article's hash: the first eight code points.
func Prefix8(text []byte) (string, error) {
	end := 0
	for points := 0; points < 8 && end < len(text); points++ {
		_, size := utf8.DecodeRune(text[end:])
		end += size
	}
	return string(text[:end]), nil
}

// Transform returns the answer's JSON, or nothing and the status of a refusal.
func Transform(body []byte, codec Codec, hash func([]byte) (string, error)) ([]byte, int) {
	start := time.Now()
	if !utf8.Valid(body) { // the libraries replace what is not UTF-8
		return nil, 400
	}
	var in request
	if err := codec.Unmarshal(body, &in); err != nil {
		if codec.IsMismatch(err) {
			return nil, 422
		}
		return nil, 400
	}
	if in.UserID == nil || in.Events == nil || len(*in.Events) > eventsMax ||
		in.Metadata != nil && (in.Metadata.Source == nil || in.Metadata.TraceID == nil) {
		return nil, 422
	}
	out := answer{UserID: *in.UserID, ProcessedEvents: make([]processed, len(*in.Events))}
	for i := range *in.Events {
		e := &(*in.Events)[i]
		if e.EventType == nil || *e.EventType == "" || len(*e.EventType) > eventTypeBytesMax || e.Timestamp == nil || e.Payload == nil {
			return nil, 422
		}
		digest, err := hash(e.Payload)
		if err != nil {
			return nil, 400
		}
		out.ProcessedEvents[i] = processed{*e.EventType, *e.Timestamp, digest}
	}
	if in.Metadata != nil {
		out.TraceID = in.Metadata.TraceID
	}
	out.TotalDurationMs = time.Since(start).Milliseconds()
	text, err := codec.Marshal(&out)
	if err != nil {
		return nil, 500
	}
	return text, 200
}
