using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace WebClassifier;

/// <summary>Takes the one image out of a request: its body, or the file of a form. It stays in memory, and has no name and no place on the disk.</summary>
internal static class Upload
{
    private const int LongestBoundary = 70; // RFC 2046, section 5.1.1

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        if (request.ContentLength > Allowance(most))
            throw Refusal.TooManyBytes(most);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType ?? "application/octet-stream", out MediaTypeHeaderValue? type))
            throw Refusal.WrongType();
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return await ReadFormAsync(request.Body, HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), most, cancellation);
        if (type.Type.Equals("image", StringComparison.OrdinalIgnoreCase) ||
            type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase))
            return await ReadAllAsync(request.Body, most, cancellation);
        throw Refusal.WrongType();
    }

    /// <summary>The bytes that a request with an image of a size may have: a form adds some.</summary>
    public static long Allowance(long most) => most + (64 << 10);

    private static async Task<ReadOnlyMemory<byte>> ReadFormAsync(Stream body, string boundary, int most, CancellationToken cancellation)
    {
        if (boundary.Length is 0 or > LongestBoundary)
            throw Refusal.BrokenForm();
        try
        {
            var form = new MultipartReader(boundary, body);
            ReadOnlyMemory<byte>? file = null;
            while (await form.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition || !IsFile(disposition))
                    continue;
                if (file is not null)
                    throw Refusal.SeveralFiles();
                file = await ReadAllAsync(section.Body, most, cancellation);
            }
            return file ?? throw Refusal.NoFile();
        }
        catch (Exception problem) when (problem is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw Refusal.BrokenForm();
        }
    }

    // A form that was sent before a file was chosen has a file without a name and without content.
    private static bool IsFile(ContentDispositionHeaderValue disposition) => disposition.FileName.HasValue || disposition.FileNameStar.HasValue;

    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream stream, int most, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        while (await stream.ReadAsync(piece, cancellation) is > 0 and int count)
        {
            if (content.Length + count > most)
                throw Refusal.TooManyBytes(most);
            content.Write(piece, 0, count);
        }
        return content.Length == 0 ? throw Refusal.Empty() : content.GetBuffer().AsMemory(0, (int)content.Length);
    }
}
