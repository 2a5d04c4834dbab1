// The second contest: the hash is SHA-256 of the payload's RFC 8785 text, by gowebpki/jcs.
package main

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/gowebpki/jcs"

	"planish-peers/batch"
)

func hash(payload []byte) (string, error) {
	text, err := jcs.Transform(payload)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(text)
	return hex.EncodeToString(digest[:]), nil
}

func main() {
	batch.Serve(func(body []byte) ([]byte, int) { return batch.Transform(body, batch.Standard, hash) })
}
