package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.core.DockerClientConfig;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import java.io.EOFException;
import org.junit.jupiter.api.Test;

final class PullStreamTest {

    private final PullStream stream = new PullStream(ImageRef.parse("python:3.11"));

    private void say(String json) {
        try {
            stream.onNext(DockerClientConfig.getDefaultObjectMapper()
                    .readValue(json.replace('\'', '"'), PullResponseItem.class));
        } catch (JsonProcessingException wrong) {
            throw new AssertionError("The test gives no JSON", wrong);
        }
    }

    @Test
    void progressCountsLayersAndMegabytes() {
        say("{'status':'Pulling from library/python','id':'3.11'}");
        say("{'status':'Already exists','id':'a'}");
        say("{'status':'Pulling fs layer','id':'b'}");
        say("{'status':'Pulling fs layer','id':'c'}");
        say("{'status':'Downloading','progressDetail':{'current':20000000,'total':100000000},'id':'b'}");
        say("{'status':'Downloading','progressDetail':{'current':1,'total':10000000},'id':'c'}");
        say("{'status':'Download complete','id':'c'}");

        assertThat(stream.progress()).isEqualTo("Pulling python:3.11: 1 of 3 layers, 30 of 110 MB");
    }

    @Test
    void beforeAnythingIsKnownOnlyTheImageIsNamed() {
        assertThat(stream.progress()).isEqualTo("Pulling python:3.11");
    }

    @Test
    void anErrorWithinTheStreamIsAFailure() {
        say("{'errorDetail':{'message':'write /var/lib: no space left on device'},'error':'write: no space'}");

        assertThat(stream.failure()).hasValue("write /var/lib: no space left on device");
    }

    @Test
    void aRefusalIsToldApartFromABrokenConnection() {
        PullStream refused = new PullStream(ImageRef.parse("python:3.11"));
        refused.onError(new NotFoundException("no such image"));
        assertThatThrownBy(refused::throwIfCut).isInstanceOf(NotFoundException.class);

        stream.onError(new EOFException());
        assertThatThrownBy(stream::throwIfCut).isInstanceOf(RuntimeUnavailable.class);
    }
}
