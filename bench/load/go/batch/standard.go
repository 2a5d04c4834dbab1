package batch

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
)

// Standard is encoding/json.
var Standard = Codec{json.Unmarshal, json.Marshal, func(err error) bool {
	var mismatch *json.UnmarshalTypeError
	return errors.As(err, &mismatch)
}}

// Serve is net/http with POST / and nothing else.
func Serve(transform func([]byte) ([]byte, int)) {
	http.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		body, err := read(http.MaxBytesReader(w, r.Body, BodyBytesMax), r.ContentLength)
		if err != nil {
			http.Error(w, "broken body", http.StatusBadRequest)
			return
		}
		text, status := transform(body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(text)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

// Where the length is known, one buffer of that size: io.ReadAll would grow one from 512 bytes.
func read(from io.Reader, length int64) ([]byte, error) {
	if length < 0 || length > BodyBytesMax {
		return io.ReadAll(from)
	}
	body := make([]byte, length)
	_, err := io.ReadFull(from, body)
	return body, err
}
