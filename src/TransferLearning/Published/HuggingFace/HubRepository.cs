using System.Text.RegularExpressions;

namespace TransferLearning.Published.HuggingFace;

/// <summary>A repository of the hub at one revision.</summary>
internal sealed partial record HubRepository
{
    /// <summary>Names a repository.</summary>
    /// <param name="id">"owner/name", or a name alone.</param>
    /// <param name="revision">A branch, a tag, or a commit.</param>
    /// <exception cref="ArgumentException">There can be no such repository or revision.</exception>
    public HubRepository(string id, string revision)
    {
        if (!IdText().IsMatch(id) || id.Contains("--", StringComparison.Ordinal) || id.Contains("..", StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"'{id}' is not a repository of Hugging Face; it must be an owner and a name, such as 'timm/resnet18.a1_in1k'.", nameof(id));
        }
        if (!RevisionText().IsMatch(revision) || revision.Contains("..", StringComparison.Ordinal))
            throw new ArgumentException($"'{revision}' is not a revision; it must be a branch such as 'main', a tag, or a commit.", nameof(revision));
        Id = id;
        Revision = revision;
    }

    public string Id { get; }

    public string Revision { get; }

    /// <summary>Whether the revision can never mean anything else.</summary>
    public bool IsCommit => IsCommitHash(Revision);

    public override string ToString() => $"{Id} ({Revision})";

    /// <summary>Whether a text is a commit's hash.</summary>
    public static bool IsCommitHash(string text) => CommitText().IsMatch(text);

    /// <summary>Where the hub has a file of the repository.</summary>
    public Uri AddressOf(string file, Uri endpoint) => new(
        $"{endpoint.AbsoluteUri.TrimEnd('/')}/{Id}/resolve/{Uri.EscapeDataString(Revision)}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>The same repository at a commit.</summary>
    public HubRepository At(string commit) => new(Id, commit);

    [GeneratedRegex(@"\A\w[\w.-]{0,95}(/\w[\w.-]{0,95})?\z", RegexOptions.ECMAScript)]
    private static partial Regex IdText();

    [GeneratedRegex(@"\A\w[\w./-]{0,255}\z", RegexOptions.ECMAScript)]
    private static partial Regex RevisionText();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex CommitText();
}
