namespace WebClassifier;

/// <summary>Why an upload is not classified, as a status and in words for the person who sent it; becomes problem details (RFC 9457).</summary>
internal sealed class Refusal(int status, string title, string detail) : Exception(detail)
{
    public IResult Result => TypedResults.Problem(Message, statusCode: status, title: title);

    public static Refusal NoModel() => new(StatusCodes.Status503ServiceUnavailable, "There is no model yet", "The page says how to make one.");

    public static Refusal Busy() => new(
        StatusCodes.Status503ServiceUnavailable, "The server is busy", "More images arrived than it takes at once; try again in a moment.");

    public static Refusal TooSlow(int seconds) => new(
        StatusCodes.Status408RequestTimeout, "The upload took too long", $"It was not done after {seconds} seconds; try a smaller image.");

    public static Refusal Empty() => new(StatusCodes.Status400BadRequest, "The upload is empty", "No byte of an image arrived; send one whole image.");

    public static Refusal NoFile() => new(
        StatusCodes.Status400BadRequest, "There is no image in the form", "Send one image as a file of the form, or alone as the body.");

    public static Refusal SeveralFiles() => new(
        StatusCodes.Status400BadRequest, "There are several files in the form", "Images are classified one at a time; send one.");

    public static Refusal BrokenForm() => new(
        StatusCodes.Status400BadRequest, "The form cannot be read", "Its parts do not follow the rules of multipart/form-data, or it ends early.");

    public static Refusal WrongType() => new(
        StatusCodes.Status415UnsupportedMediaType, "This kind of content is not taken",
        "Send an image as its bytes (image/*, application/octet-stream) or in a form (multipart/form-data).");

    public static Refusal TooManyBytes(long most) => new(
        StatusCodes.Status413PayloadTooLarge, "The file is too large", FormattableString.Invariant($"An image may have {most / 1048576.0:0.##} MB at most."));

    public static Refusal TooManyPixels(int width, int height, long most) => new(
        StatusCodes.Status413PayloadTooLarge, "The image has too many pixels",
        FormattableString.Invariant($"It has {width} x {height} pixels; {most / 1e6:0.##} million are taken at most. Make it smaller and send it again."));

    public static Refusal NoImage() => new(
        StatusCodes.Status415UnsupportedMediaType, "This is no image", "The file does not begin as a JPEG, PNG, WebP, GIF or BMP does.");

    public static Refusal Unusable(string reason) => new(
        StatusCodes.Status422UnprocessableEntity, "The image cannot be used", $"It is damaged or of an odd shape: {reason}");
}
