//! Capabilities: what a program may do in the outside world. A native names the one it needs; the check runs before
//! its body does.

macro_rules! capabilities {
    ($($variant:ident $name:literal $flag:literal;)*) => {
        /// One kind of access to the outside world.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Capability {
            $(#[doc = concat!("`", $name, "`, granted by `", $flag, "`")] $variant,)*
        }

        impl Capability {
            /// Every capability.
            pub const ALL: &'static [Capability] = &[$(Capability::$variant,)*];

            /// The name used in messages and manifests.
            pub fn name(self) -> &'static str {
                match self { $(Capability::$variant => $name,)* }
            }

            /// The command-line flag that grants it.
            pub fn flag(self) -> &'static str {
                match self { $(Capability::$variant => $flag,)* }
            }
        }
    };
}

capabilities! {
    FsRead "filesystem-read" "--allow-fs-read";
    FsWrite "filesystem-write" "--allow-fs-write";
    FsDelete "filesystem-delete" "--allow-fs-delete";
    ProcessExec "process-exec" "--allow-process-exec";
    ShellExec "shell-exec" "--allow-shell-exec";
    EnvRead "env-read" "--allow-env-read";
    EnvWrite "env-write" "--allow-env-write";
    NetClient "network-client" "--allow-net-client";
    NetServer "network-server" "--allow-net-server";
    Database "database" "--allow-database";
    Clock "clock" "--allow-clock";
    Random "random" "--allow-random";
}

/// The set of capabilities a program was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions(u16);

impl Permissions {
    /// Everything.
    pub fn all() -> Self {
        Permissions(u16::MAX)
    }

    /// Nothing.
    pub fn none() -> Self {
        Permissions(0)
    }

    /// This set and `capability`.
    #[must_use]
    pub fn with(self, capability: Capability) -> Self {
        Permissions(self.0 | 1 << capability as u8)
    }

    /// This set without `capability`.
    #[must_use]
    pub fn without(self, capability: Capability) -> Self {
        Permissions(self.0 & !(1 << capability as u8))
    }

    /// Whether `capability` was granted.
    pub fn allows(self, capability: Capability) -> bool {
        self.0 & 1 << capability as u8 != 0
    }
}
