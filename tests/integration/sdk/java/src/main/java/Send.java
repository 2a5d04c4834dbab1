// CloudEvents' SDK for Java over HttpURLConnection: binary and structured mode, with and without data and time.
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;

public final class Send {
    private static final OffsetDateTime THEN = OffsetDateTime.parse("2023-11-04T20:44:16.789123456+02:00");

    private static void write(HttpURLConnection connection, byte[] body) {
        try {
            connection.getOutputStream().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(boolean structured, CloudEvent event) throws IOException {
        var connection = (HttpURLConnection) URI.create(System.getenv("TARGET") + "/").toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        var writer = HttpMessageFactory.createWriter(connection::setRequestProperty, body -> {
            if (body != null) write(connection, body);
        });
        if (structured) writer.writeStructured(event, "application/cloudevents+json");
        else writer.writeBinary(event);
        int status = connection.getResponseCode();
        System.out.printf("{\"call\":\"%s\",\"error\":%s}%n", event.getId(), status / 100 == 2 ? "null" : "\"" + status + "\"");
    }

    public static void main(String[] arguments) throws IOException {
        byte[] order = System.getenv("ORDER").getBytes(StandardCharsets.UTF_8);
        var event = CloudEventBuilder.v1().withSource(URI.create("/shop")).withType("com.example.order").withSubject("user-1").withTime(THEN);
        send(false, event.newBuilder().withId("binary").withExtension("myext", "Grüße").withData("application/json", order).build());
        send(true, event.newBuilder().withId("structured").withExtension("num", 5).withData("application/json", order).build());
        send(true, event.newBuilder().withId("text").withData("text/plain", "Grüße".getBytes(StandardCharsets.UTF_8)).build());
        send(true, CloudEventBuilder.v1().withId("no-time").withSource(URI.create("/shop")).withType("com.example.order").withData("application/json", order).build());
        send(false, event.newBuilder().withId("no-data").build());
    }
}
