// The user and the group root: there is no other.
#include "grp.h"
#include "pwd.h"
#include "string.h"

namespace {

char root[] = "root", no_password[] = "x", home[] = "/", shell[] = "/sh";
char* members[] = {root, nullptr};
passwd user{root, no_password, 0, 0, root, home, shell};
group root_group{root, no_password, 0, members};
bool user_given, group_given;

}  // namespace

extern "C" {

passwd* getpwnam(const char* name) { return strcmp(name, root) == 0 ? &user : nullptr; }
passwd* getpwuid(uid_t uid) { return uid == 0 ? &user : nullptr; }
passwd* getpwent() {
    passwd* next = user_given ? nullptr : &user;
    return user_given = true, next;
}
void setpwent() { user_given = false; }
void endpwent() { user_given = false; }

group* getgrnam(const char* name) { return strcmp(name, root) == 0 ? &root_group : nullptr; }
group* getgrgid(gid_t gid) { return gid == 0 ? &root_group : nullptr; }
group* getgrent() {
    group* next = group_given ? nullptr : &root_group;
    return group_given = true, next;
}
void setgrent() { group_given = false; }
void endgrent() { group_given = false; }

}  // extern "C"
