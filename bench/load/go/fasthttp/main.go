// fasthttp and bytedance/sonic, tuned as both books say: strings are not copied, HTML is not escaped, UTF-8 is strict.
package main

import (
	"errors"
	"log"
	"os"

	"github.com/bytedance/sonic"
	"github.com/bytedance/sonic/decoder"
	"github.com/valyala/fasthttp"

	"planish-peers/batch"
)

func main() {
	api := sonic.Config{NoValidateJSONMarshaler: true, NoQuoteTextMarshaler: true, ValidateString: true}.Froze()
	codec := batch.Codec{Unmarshal: api.Unmarshal, Marshal: api.Marshal, IsMismatch: func(err error) bool {
		var mismatch *decoder.MismatchTypeError
		return errors.As(err, &mismatch)
	}}
	server := &fasthttp.Server{
		MaxRequestBodySize: batch.BodyBytesMax,
		Handler: func(c *fasthttp.RequestCtx) {
			if !c.IsPost() || string(c.Path()) != "/" {
				c.SetStatusCode(404)
				return
			}
			text, status := batch.Transform(c.PostBody(), codec, batch.Prefix8)
			c.SetStatusCode(status)
			c.SetContentType("application/json")
			c.Response.SetBodyRaw(text)
		},
	}
	log.Fatal(server.ListenAndServe("127.0.0.1:" + os.Getenv("PORT")))
}
